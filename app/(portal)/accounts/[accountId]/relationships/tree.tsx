import { CornerDownRight } from "lucide-react";
import { Link } from "#components/ui/link.tsx";
import { State } from "../../account-table.tsx";

/** An account in the tree, with those below it. */
export type Branch = { id: string; name: string; active: boolean; mfaRequired: boolean; managed: Branch[] };

const maxNodes = 200;

/** The accounts below one, to be unfolded level by level; without scripts too. */
export function Tree({ root }: { root: Branch }) {
  if (!root.managed.length) return <p className="text-muted">It manages no account that is open to you.</p>;
  return <Level branches={root.managed} open />;
}

function Level({ branches, open }: { branches: Branch[]; open?: boolean }) {
  const left = branches.length - maxNodes;
  return (
    <ul className="grid gap-2">
      {branches.slice(0, maxNodes).map((branch) => (
        <li key={branch.id}>
          {branch.managed.length ? <Unfolding branch={branch} open={open} /> : <Leaf branch={branch} />}
        </li>
      ))}
      {left > 0 && <li className="hint pl-6">and {left} more: search for them on the page of accounts</li>}
    </ul>
  );
}

function Unfolding({ branch, open }: { branch: Branch; open?: boolean }) {
  const count = branch.managed.length;
  return (
    <details open={open}>
      <summary className="cursor-pointer">
        <span className="*:mr-3">
          <Name branch={branch} />
          <span className="hint whitespace-nowrap">manages {count === 1 ? "one account" : `${count} accounts`}</span>
        </span>
      </summary>
      <div className="mt-2 ml-1.5 border-l border-line pl-4">
        <Level branches={branch.managed} />
      </div>
    </details>
  );
}

function Leaf({ branch }: { branch: Branch }) {
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <CornerDownRight aria-hidden className="size-3.5 shrink-0 text-faint" />
      <Name branch={branch} />
    </div>
  );
}

function Name({ branch: { id, name, ...state } }: { branch: Branch }) {
  return (
    <>
      <Link href={`/accounts/${id}`} className="text-link wrap-anywhere">
        {name}
      </Link>
      <span className="font-mono text-xs text-muted tabular-nums">{id}</span>
      <State {...state} />
    </>
  );
}
