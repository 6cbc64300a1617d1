import { FilterBar } from "#components/lists/filter-bar.tsx";
import { FilterField, LogFilters } from "#components/lists/log-filters.tsx";
import { actionWords, wordsFor } from "#lib/audit/security-log/words.ts";
import { auditPath, type Filter } from "./filter.ts";

/** Filters the log. */
export function FilterForm({ filter }: { filter: Filter }) {
  const { account, actor, action, target, result, from, until } = filter;
  return (
    <search>
      <FilterBar key={auditPath(filter)} action="/audit">
        <div className="grid w-full gap-2.5 sm:grid-cols-2">
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
        <Accounts account={account} />
      </FilterBar>
    </search>
  );
}

/** Who acts in another account stays there; in the own one, all that it manages may be looked at together. */
function Accounts({ account }: { account: string | undefined }) {
  if (account && account !== "*") return <input type="hidden" name="account" value={account} />;
  return (
    <label className="mr-auto flex items-center gap-2 py-2">
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
