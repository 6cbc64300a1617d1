import { canInAccount } from "#components/layout/can-in-account.ts";
import { optionsOf } from "#components/lists/combobox/account-options.ts";
import { hasOptions, maxOptions, noOptions, type Options } from "#components/lists/combobox/options.ts";
import { Button } from "#components/ui/button.tsx";
import type { Elements } from "#components/ui/elements.ts";
import { listAccounts } from "#lib/accounts/list.ts";
import { may } from "#lib/core/actor.ts";
import type { KnownPermission } from "#lib/core/catalogue.ts";
import { read, signedIn } from "#lib/http/next/page.ts";
import { listApiUsers } from "#lib/machines/api-users/list.ts";
import { listTokens } from "#lib/tokens/list.ts";
import type { PermissionQuestion } from "./question.ts";
import { QuestionSelect } from "./question-select.tsx";
import { TokenInput } from "./token-input.tsx";

type QuestionProps = {
  asked: PermissionQuestion;
  known: KnownPermission[];
  accountId?: string;
  /** What is looked for, to be chosen. */
  find: { programs: string; places: string; tokens: string };
};

/** Who, what and where: a form that asks for the page anew, with or without scripts. */
export async function QuestionForm({ asked, known, accountId, find }: QuestionProps) {
  const { who, program, what, other, where, token } = asked;
  const [programs, places] = [await programsHere(accountId, find.programs), await managed(accountId, find.places)];
  const own = await ownTokens(accountId, find.tokens);
  return (
    <form action="/permissions" className="card grid gap-5 p-5 sm:p-6">
      {accountId && <input type="hidden" name="account" value={accountId} />}
      <div className="grid gap-5 sm:grid-cols-2">
        <Asking
          label="Who"
          hint={accountId ? "Username or e-mail address." : "Username or e-mail address; yourself when left empty."}
        >
          <input
            name="who"
            defaultValue={who}
            maxLength={254}
            required={Boolean(accountId) && !hasOptions(programs)}
            autoComplete="off"
            className="input"
          />
        </Asking>
        {(hasOptions(programs) || program) && (
          <QuestionSelect
            name="program"
            label="Or an API user"
            hint="In place of a person."
            empty="None"
            value={program}
            options={programs}
            account={accountId}
          />
        )}
        <Asking label="What" hint="Action and thing, as this portal asks for them.">
          <select name="what" key={what} defaultValue={what} className="input">
            <option value="">Choose…</option>
            <Things known={known} />
          </select>
        </Asking>
        <QuestionSelect
          name="where"
          label="Where"
          hint="In the account itself, or in one that it manages."
          empty="The account itself"
          value={where}
          options={places}
          account={accountId}
        />
        <TokenInput value={token} options={own} />
        <Asking label="Or another permission" hint="In full, for other services: pro:own:publish:app.">
          <input
            name="other"
            defaultValue={other}
            maxLength={200}
            autoComplete="off"
            className="input font-mono text-xs"
          />
        </Asking>
      </div>
      <div>
        <Button type="submit" tone="primary">
          Explain
        </Button>
      </div>
    </form>
  );
}

type AskingProps = { label: string; hint: string; children: Elements };

function Asking({ label, hint, children }: AskingProps) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child
    <label className="grid content-start gap-1.5">
      <span className="label">{label}</span>
      {children}
      <span className="hint">{hint}</span>
    </label>
  );
}

function Things({ known }: { known: KnownPermission[] }) {
  const byThing = [...Map.groupBy(known, ({ resource }) => resource)];
  return byThing.map(([resource, permissions]) => (
    <optgroup key={resource} label={resource.replaceAll("_", " ")}>
      {permissions.map(({ action }) => (
        <option key={action} value={`${action}:${resource}`}>
          {action} {resource.replaceAll("_", " ")}
        </option>
      ))}
    </optgroup>
  ));
}

/** The API users that may be asked about, for who may know them. */
async function programsHere(accountId: string | undefined, find: string): Promise<Options> {
  if (!canInAccount(await signedIn(), "list:api_user", accountId)) return noOptions;
  const asked = { accountId, limit: maxOptions, search: find || undefined };
  return optionsOf("api-users", find, await read(listApiUsers, asked));
}

/** The accounts that may be asked about, for who may know them. */
async function managed(accountId: string | undefined, find: string): Promise<Options> {
  if (!may(await signedIn(), "list:account")) return noOptions;
  const asked = { accountId, relationship: "managed", limit: maxOptions, search: find || undefined };
  return optionsOf("accounts", find, await read(listAccounts, asked));
}

/** One's own tokens, which are in one's own account. */
async function ownTokens(accountId: string | undefined, find: string): Promise<Options> {
  if (accountId || !may(await signedIn(), listTokens)) return noOptions;
  const asked = { sort: "name", limit: maxOptions, search: find || undefined };
  return optionsOf("tokens", find, await read(listTokens, asked));
}
