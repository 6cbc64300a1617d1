import { Download } from "lucide-react";
import { buttonClass } from "#components/ui/button.tsx";

type ExportsProps = {
  /** Where the files are, and the fields of the filter that they follow. */
  path: string;
  fields: [string, string][];
  filtered: boolean;
};

/** A log as a file to keep. Plain links: the files are written while they are downloaded, however long they are. */
export function Exports({ path, fields, filtered }: ExportsProps) {
  const at = (format: string) => `${path}?${new URLSearchParams([...fields, ["format", format]])}`;
  return (
    <section aria-label="Export" className="mt-8 flex flex-wrap items-center justify-between gap-4">
      <p className="max-w-prose text-muted">
        Keep a copy of {filtered ? "everything that matches" : "the whole log"}. You confirm first that it is you, if
        that was a while ago.
      </p>
      <div className="flex flex-wrap gap-2.5">
        <a href={at("csv")} className={buttonClass({ small: true })}>
          <Download aria-hidden /> CSV
        </a>
        <a href={at("jsonl")} className={buttonClass({ small: true })}>
          <Download aria-hidden /> JSON lines
        </a>
      </div>
    </section>
  );
}
