import { FilterField, LogFilters } from "#components/lists/filter-bar.tsx";
import { Button } from "#components/ui/button.tsx";
import { actionWords, wordsFor } from "#lib/audit/security-log/words.ts";
import { auditPath, type Filter } from "./filter.ts";

/** Filters the log; a form that asks for the page anew, with or without scripts. */
export function FilterForm({ filter }: { filter: Filter }) {
  const { account, actor, action, target, result, from, until } = filter;
  return (
    <search>
      <form action="/audit" key={auditPath(filter)} className="grid gap-3">
        <div className="grid gap-2.5 sm:grid-cols-2">
          <FilterField label="Who">
            <input
              name="actor"
              data-shortcut="/"
              defaultValue={actor}
              maxLength={254}
              placeholder="Username, e-mail address, full name or id"
              autoComplete="off"
              className="input"
            />
          </FilterField>
          <FilterField label="Action">
            <select name="action" defaultValue={action ?? ""} className="input">
              <option value="">Every action</option>
              <Actions asked={action} />
            </select>
          </FilterField>
        </div>
        <div className="flex flex-wrap items-end gap-2.5">
          <FilterField label="Target">
            <input
              name="target"
              defaultValue={target}
              maxLength={100}
              placeholder="Id, or a username"
              autoComplete="off"
              className="input"
            />
          </FilterField>
          <LogFilters result={result} from={from} until={until} />
          <Button type="submit">Apply</Button>
        </div>
        <Accounts account={account} />
      </form>
    </search>
  );
}

/** Who acts in another account stays there; in the own one, all that it manages may be looked at together. */
function Accounts({ account }: { account: string | undefined }) {
  if (account && account !== "*") return <input type="hidden" name="account" value={account} />;
  return (
    <label className="flex items-center gap-2">
      <input type="checkbox" name="account" value="*" defaultChecked={account === "*"} />
      Accounts that yours manages, too
    </label>
  );
}

const prefixOf = (action: string) => action.slice(0, action.indexOf("."));
const byFeature = Object.groupBy(Object.entries(actionWords), ([action]) => prefixOf(action));
const sorted = Object.entries(byFeature).sort(([one], [other]) => one.localeCompare(other));

/** Every action there are words for, by its prefix, and all of a prefix. What the address asks for besides is kept. */
function Actions({ asked }: { asked: string | undefined }) {
  const isKnown = asked === undefined || asked in byFeature || asked in actionWords;
  return (
    <>
      {!isKnown && <option value={asked}>{wordsFor(asked)}</option>}
      {sorted.map(([prefix, actions = []]) => (
        <optgroup key={prefix} label={inWords(prefix)}>
          <option value={prefix}>All of {inWords(prefix)}</option>
          {actions.map(([action, words]) => (
            <option key={action} value={action}>
              {words}
            </option>
          ))}
        </optgroup>
      ))}
    </>
  );
}

const inWords = (prefix: string) => prefix.replaceAll("_", " ");
