"use client";

import { type FormEvent, useEffect, useState } from "react";
import { hasOptions, type Options } from "#components/lists/combobox/options.ts";
import { SearchSelect } from "#components/lists/combobox/search-select.tsx";
import { Button } from "#components/ui/button.tsx";
import { Checkbox } from "#components/ui/choice.tsx";
import { Actions, Dialog } from "#components/ui/dialog.tsx";
import { Field, Input } from "#components/ui/field.tsx";
import type { BulkAction } from "#lib/people/users/bulk.ts";
import { offered, type Way, wayOf } from "./bulk/ways.ts";
import { BulkProgress } from "./bulk-progress.tsx";
import { ProgressBar } from "./progress-bar.tsx";
import { type Chosen, maxBulkUsers, useBulk } from "./use-bulk.ts";

type BarProps = {
  account?: string;
  groups: Options;
  /** The query of all who match, for the API; none when everybody who matches is on the page. */
  everybody?: string;
};

const cap = maxBulkUsers.toLocaleString("en");

/** What can be done to those who are ticked, or to all who match. Not there until somebody is ticked. */
export function BulkBar({ account, groups, everybody }: BarProps) {
  const { ticked, clear } = useTicked();
  const [all, setAll] = useState(false);
  const bulk = useBulk(account);
  const isAll = all && everybody !== undefined;
  const who = isAll
    ? `everybody who matches, ${cap} at most`
    : ticked.length === 1
      ? "1 person"
      : `${ticked.length} people`;

  const begin = (action: BulkAction, fields: Record<string, string> = {}) =>
    bulk.start({ action, fields, chosen: ticked, everybody: isAll ? everybody : undefined });

  function finish() {
    bulk.close();
    setAll(false);
    clear();
  }

  if (bulk.progress)
    return <BulkProgress progress={bulk.progress} names={bulk.names} stop={bulk.stop} close={finish} />;
  if (ticked.length === 0) return null;
  return (
    <ProgressBar label="What to do with those chosen">
      <p role="status" className="mr-auto font-medium">
        {isAll ? `Everybody who matches is chosen, ${cap} at most` : `${who} chosen`}
      </p>
      {everybody !== undefined && !isAll && (
        <Button small tone="quiet" onClick={() => setAll(true)}>
          Choose all who match, up to {cap}
        </Button>
      )}
      {offered(hasOptions(groups)).map((action) => (
        <Offer key={action} action={action} begin={begin} />
      ))}
      <Button small tone="quiet" onClick={clear}>
        Clear
      </Button>
      {offered(hasOptions(groups)).map((action) => (
        <Question
          key={action}
          action={action}
          who={who}
          typed={isAll}
          groups={groups}
          account={account}
          begin={begin}
        />
      ))}
    </ProgressBar>
  );
}

type Begin = (action: BulkAction, fields?: Record<string, string>) => void;

const dialogOf = (action: BulkAction) => `bulk-${action}`;
const isAsked = ({ group, danger }: Way) => group || danger;

function Offer({ action, begin }: { action: BulkAction; begin: Begin }) {
  const way = wayOf(action);
  const does = isAsked(way) ? { opens: dialogOf(action) } : { onClick: () => begin(action) };
  return (
    <Button small tone={way.danger && "danger-quiet"} {...does}>
      {way.label}
    </Button>
  );
}

type QuestionProps = {
  action: BulkAction;
  who: string;
  typed: boolean;
  groups: Options;
  account?: string;
  begin: Begin;
};

/** Asks once more, and for the group where it takes one. */
function Question({ action, who, typed, groups, account, begin }: QuestionProps) {
  const [way, id] = [wayOf(action), dialogOf(action)];
  if (!isAsked(way)) return null;
  function start(event: FormEvent<HTMLFormElement>) {
    const form = new FormData(event.currentTarget);
    const [groupId, endSecretsOf] = [form.get(`${id}-group`), form.get("endSecretsOf")];
    begin(action, { ...(groupId && { groupId: String(groupId) }), ...(endSecretsOf && { endSecretsOf: "outgrown" }) });
  }
  return (
    <Dialog id={id} alert={way.danger} title={way.question(who)} description={way.meaning}>
      <form method="dialog" onSubmit={start} className="grid gap-5">
        {way.group && (
          <SearchSelect name={`${id}-group`} label="Group" empty="Choose a group" options={groups} account={account} />
        )}
        {way.group && (
          <Checkbox
            name="endSecretsOf"
            value="outgrown"
            label="End secrets made by people who could not give these rights"
            description="Access keys and secrets of API users. Left unticked, they go on, marked for rotation."
          />
        )}
        {way.danger && typed && (
          <Field name="bulk-confirmation" label={`Type ${typedWord} to confirm`} required>
            <Input pattern={typedWord} title={`Type ${typedWord}`} autoComplete="off" autoCapitalize="none" />
          </Field>
        )}
        <Actions>
          <Button closes={id}>Cancel</Button>
          <Button type="submit" tone={way.danger ? "danger" : "primary"}>
            {way.label}
          </Button>
        </Actions>
      </form>
    </Dialog>
  );
}

const typedWord = "everybody";

const boxes = () => [...document.querySelectorAll<HTMLInputElement>("input[data-bulk]")];

const isTicked = ({ checked, dataset }: HTMLInputElement) => checked && dataset.bulk === "one";
const chosenBy = ({ value, dataset }: HTMLInputElement): Chosen => ({ id: value, fullName: dataset.name ?? "" });

/** Those who are ticked in the list, which the server drew: its boxes keep their own state. */
function useTicked() {
  const [ticked, setTicked] = useState<Chosen[]>([]);
  useEffect(() => {
    const read = () => setTicked(boxes().filter(isTicked).map(chosenBy));
    const changed = ({ target }: Event) => {
      if (!(target instanceof HTMLInputElement) || target.dataset.bulk === undefined) return;
      if (target.dataset.bulk === "all") for (const box of boxes()) box.checked = target.checked;
      read();
    };
    read();
    document.addEventListener("change", changed);
    return () => document.removeEventListener("change", changed);
  }, []);
  function clear() {
    for (const box of boxes()) box.checked = false;
    setTicked([]);
  }
  return { ticked, clear };
}
