"use client";

import { Download } from "lucide-react";
import { Form, SubmitButton } from "#components/form.tsx";
import { exportSecurityLog } from "./actions.ts";

type Props = { fields: [string, string][]; most: number; narrowed: boolean };
type File = { content: Uint8Array; contentType: string; fileName: string };

/** Downloads what the page shows, as a file to keep. */
export function ExportButtons({ fields, most, narrowed }: Props) {
  return (
    <section aria-label="Export" className="mt-8 flex flex-wrap items-center justify-between gap-4">
      <p className="max-w-prose text-muted">
        Keep a copy{narrowed && " of what matches"}: the newest {most.toLocaleString("en")} entries at most.
      </p>
      <Form action={exportSecurityLog} onDone={save} success="Your copy was made." className="needs-script">
        {fields.map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <div className="flex flex-wrap gap-2.5">
          <SubmitButton tone="secondary" small name="format" value="csv" busy="Exporting…">
            <Download aria-hidden /> CSV
          </SubmitButton>
          <SubmitButton tone="secondary" small name="format" value="jsonl" busy="Exporting…">
            <Download aria-hidden /> JSON lines
          </SubmitButton>
        </div>
      </Form>
      <noscript>
        <p className="flex flex-wrap gap-4">
          <a href={exportPath(fields, "csv")} className="text-link">
            Download as CSV
          </a>
          <a href={exportPath(fields, "jsonl")} className="text-link">
            Download as JSON lines
          </a>
        </p>
      </noscript>
    </section>
  );
}

const exportPath = (fields: Props["fields"], format: string) =>
  `/security-log/export?${new URLSearchParams([...fields, ["format", format]])}`;

function save({ content, contentType, fileName }: File) {
  const url = URL.createObjectURL(new Blob([new Uint8Array(content)], { type: contentType }));
  const link = Object.assign(document.createElement("a"), { href: url, download: fileName });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
