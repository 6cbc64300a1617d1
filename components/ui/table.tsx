import type { ComponentProps, ReactNode } from "react";

// Browsers forget that a table is one once its display changes, as on a phone; its roles then have to be spelled out.
const as = {
  table: { role: "table" },
  group: { role: "rowgroup" },
  row: { role: "row" },
  column: { role: "columnheader" },
  head: { role: "rowheader" },
  cell: { role: "cell" },
};

/**
 * A real table that reads as a list where it has no room. `caption` names it for screen readers; `columns` are the
 * headings, null for the actions.
 */
export function Table({ caption, columns, children }: TableProps) {
  return (
    <div className="table-room">
      <table {...as.table} className="table">
        <caption className="sr-only">{caption}</caption>
        <thead {...as.group}>
          <tr {...as.row}>
            {columns.map((column, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: columns never move
              <th key={index} {...as.column} scope="col">
                {column ?? <span className="sr-only">Actions</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody {...as.group}>{children}</tbody>
      </table>
    </div>
  );
}

type TableProps = { caption: string; columns: (ReactNode | null)[]; children: ReactNode };

/** A row: one `RowHead`, then `Cell`s, then perhaps `RowActions`. */
export function Row(props: ComponentProps<"tr">) {
  return <tr {...props} {...as.row} />;
}

/** The cell that names its row; the title of the block on a phone. */
export function RowHead({ children }: { children: ReactNode }) {
  return (
    <th {...as.head} scope="row">
      {children}
    </th>
  );
}

/** A cell. `label` repeats the column's heading beside the value on phones. */
export function Cell({ label, children }: { label: string; children: ReactNode }) {
  return (
    <td {...as.cell} data-label={label}>
      <div className="min-w-0">{children}</div>
    </td>
  );
}

/** The last cell of a row, for its menu. */
export function RowActions({ children }: { children: ReactNode }) {
  return (
    <td {...as.cell} className="cell-actions">
      {children}
    </td>
  );
}
