import { Suspense } from "react";
import { Refusal } from "#lib/core/errors.ts";
import { read } from "#lib/http/next/page.ts";
import { countUsers } from "#lib/people/users/count.ts";
import { type Filter, isFiltered, listInput, usersPath } from "./filter.ts";

type CountProps = { filter: Filter; shown: number };

/**
 * How many people there are. Those of a list that is on one page are counted; else they are counted while the page is
 * on its way, and until then, and where that takes too long, it says in the same line how many are on the page.
 */
export function Count({ filter, shown, isAll }: CountProps & { isAll: boolean }) {
  const onPage = <OnPage shown={shown} />;
  return (
    <p role="status" className="hint mt-4 mb-2">
      {isAll ? (
        wordsFor({ count: shown, more: false }, filter)
      ) : (
        <Suspense key={usersPath(filter)} fallback={onPage}>
          <Counted filter={filter} shown={shown} />
        </Suspense>
      )}
    </p>
  );
}

async function Counted({ filter, shown }: CountProps) {
  const counted = await read(countUsers, listInput(filter)).catch(unlessAway);
  return counted ? wordsFor(counted, filter) : <OnPage shown={shown} />;
}

/**
 * Those who are few and far between a million may take the database longer than it is given; the list is there all the
 * same.
 */
function unlessAway(thrown: unknown): null {
  if (thrown instanceof Refusal && thrown.code === "unavailable") return null;
  throw thrown;
}

const OnPage = ({ shown }: { shown: number }) => `${people(shown, false)} on this page`;

function wordsFor({ count, more }: { count: number; more: boolean }, filter: Filter): string {
  const words = count === 0 ? "Nobody" : people(count, more);
  return isFiltered(filter) ? `${words} found` : words;
}

const people = (count: number, more: boolean) =>
  `${count.toLocaleString("en")}${more ? "+" : ""} ${count === 1 ? "person" : "people"}`;
