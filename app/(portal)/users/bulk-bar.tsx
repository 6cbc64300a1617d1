"use client";

import { useEffect, useState } from "react";
import { type Choices, isOffered } from "#components/find/choices.ts";
import { FoundField } from "#components/find/found-field.tsx";
import { Button } from "#components/ui/button.tsx";
import { Actions, Dialog } from "#components/ui/dialog.tsx";
import { Field, Input } from "#components/ui/field.tsx";
import type { BulkAction } from "#lib/users/bulk.ts";
import { Bar } from "./bar.tsx";
import { BulkProgress } from "./bulk-progress.tsx";
import { type Chosen, most, useBulk } from "./use-bulk.ts";

type BarProps = {
  account?: string;
  groups: Choices;
  /** The query of all who match, for the API; none when everybody who matches is on the page. */
  everybody?: string;
};

const cap = most.toLocaleString("en");

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
    <Bar label="What to do with those chosen">
      <p role="status" className="mr-auto font-medium">
        {isAll ? `Everybody who matches is chosen, ${cap} at most` : `${who} chosen`}
      </p>
      {everybody !== undefined && !isAll && (
        <Button small tone="quiet" onClick={() => setAll(true)}>
          Choose all who match, up to {cap}
        </Button>
      )}
      <Button small onClick={() => begin("activate")}>
        Activate
      </Button>
      <Button small tone="danger-quiet" opens="bulk-deactivate">
        Deactivate
      </Button>
      {isOffered(groups) && (
        <Button small opens="bulk-group">
          Add to group
        </Button>
      )}
      <Button small tone="quiet" onClick={clear}>
        Clear
      </Button>
      <DeactivateDialog who={who} typed={isAll} begin={() => begin("deactivate")} />
      <GroupDialog
        who={who}
        groups={groups}
        account={account}
        begin={(groupId) => begin("add_to_group", { groupId })}
      />
    </Bar>
  );
}

const typedWord = "everybody";

function DeactivateDialog({ who, typed, begin }: { who: string; typed: boolean; begin: () => void }) {
  return (
    <Dialog
      id="bulk-deactivate"
      alert
      title={`Deactivate ${who}?`}
      description="Their sessions end at once, and their API tokens are refused until they are activated again. You yourself are left as you are."
    >
      <form method="dialog" onSubmit={begin} className="grid gap-5">
        {typed && (
          <Field name="bulk-confirmation" label={`Type ${typedWord} to confirm`} required>
            <Input pattern={typedWord} title={`Type ${typedWord}`} autoComplete="off" autoCapitalize="none" />
          </Field>
        )}
        <Actions>
          <Button closes="bulk-deactivate">Cancel</Button>
          <Button type="submit" tone="danger">
            Deactivate
          </Button>
        </Actions>
      </form>
    </Dialog>
  );
}

type GroupProps = { who: string; groups: Choices; account?: string; begin: (groupId: string) => void };

function GroupDialog({ who, groups, account, begin }: GroupProps) {
  return (
    <Dialog id="bulk-group" title={`Add ${who} to a group`} description="They get what the group's roles allow.">
      <form
        method="dialog"
        onSubmit={(event) => begin(String(new FormData(event.currentTarget).get("bulk-group-id")))}
        className="grid gap-5"
      >
        <FoundField name="bulk-group-id" label="Group" empty="Choose a group" choices={groups} account={account} />
        <Actions>
          <Button closes="bulk-group">Cancel</Button>
          <Button type="submit" tone="primary">
            Add to group
          </Button>
        </Actions>
      </form>
    </Dialog>
  );
}

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
