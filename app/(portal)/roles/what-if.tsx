import { Badge } from "#components/ui/badge.tsx";
import { Cell, Row, RowHead, Table } from "#components/ui/table.tsx";
import type { Preview } from "#lib/access/roles/preview.ts";

/** Who gains and loses what by a change of a role, or by its end. */
export function WhatIf({ preview: { holders, more, affected, changes, people } }: { preview: Preview }) {
  const count = more ? `More than ${holders.toLocaleString("en")} people hold` : `${peopleWords(holders)} this role`;
  if (affected === 0) return <p>{more ? `${count} this role.` : `${count}.`} Nobody gains or loses anything.</p>;
  return (
    <div className="grid gap-4">
      <p>
        {more ? `${count} this role; of the first ${holders.toLocaleString("en")}` : `${count}; of these`},{" "}
        {affected.toLocaleString("en")} would gain or lose something.
      </p>
      <ul className="grid gap-1.5">
        {changes.map(({ permission, gain, lose }) => (
          <li key={permission} className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
            <code className="font-mono text-xs wrap-anywhere">{permission}</code>
            {gain > 0 && <Badge tone="good">{gain} gain it</Badge>}
            {lose > 0 && <Badge tone="danger">{lose} lose it</Badge>}
          </li>
        ))}
      </ul>
      {people.length > 0 && <People people={people} all={people.length === affected} />}
    </div>
  );
}

function peopleWords(count: number) {
  if (count === 0) return "Nobody holds";
  return count === 1 ? "1 person holds" : `${count.toLocaleString("en")} people hold`;
}

function People({ people, all }: { people: Preview["people"]; all: boolean }) {
  return (
    <details open={all && people.length < 6}>
      <summary className="cursor-pointer font-medium">{all ? "Who" : `The first ${people.length} of them`}</summary>
      <div className="card mt-3">
        <Table caption="Who gains and loses what" columns={["Person", "Gains", "Loses"]}>
          {people.map(({ id, fullName, username, gains, loses }) => (
            <Row key={id}>
              <RowHead>
                <span className="font-medium wrap-anywhere">{fullName}</span>
                <span className="hint block wrap-anywhere">{username}</span>
              </RowHead>
              <Cell label="Gains">
                <Patterns patterns={gains} />
              </Cell>
              <Cell label="Loses">
                <Patterns patterns={loses} />
              </Cell>
            </Row>
          ))}
        </Table>
      </div>
    </details>
  );
}

const shown = 5;

function Patterns({ patterns }: { patterns: string[] }) {
  if (!patterns.length) return <span className="text-muted">Nothing</span>;
  const more = patterns.length - shown;
  return (
    <span className="grid gap-0.5 font-mono text-xs wrap-anywhere">
      {patterns.slice(0, shown).map((pattern) => (
        <span key={pattern}>{pattern}</span>
      ))}
      {more > 0 && <span className="font-sans text-muted">and {more} more</span>}
    </span>
  );
}
