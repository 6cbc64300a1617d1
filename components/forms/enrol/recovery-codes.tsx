"use client";

import { Download, Printer } from "lucide-react";
import { useState } from "react";
import { Button, buttonClass } from "#components/ui/button.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";

type RecoveryCodesProps = {
  codes: string[];
  onward: string;
  /** What the way on is called. */
  done?: string;
};

/** New recovery codes, this once: to copy, download or print; the way on opens when they are said to be kept. */
export function RecoveryCodes({ codes, onward, done = "Done" }: RecoveryCodesProps) {
  const [kept, setKept] = useState(codes.length === 0);
  const lines = codes.map((code, place) => `${String(place + 1).padStart(2)}. ${code}`);
  return (
    <div className="grid gap-4">
      {codes.length > 0 && (
        <>
          <p className="max-w-prose leading-relaxed text-muted">
            When your phone is lost, one of these lets you in, each once. Keep them where you keep what must not be
            lost. They are shown this once.
          </p>
          <ol className="print-codes grid max-w-lg list-none grid-cols-[repeat(auto-fit,minmax(14rem,1fr))] gap-x-8 gap-y-1.5 rounded-control border border-line bg-sunken p-4 font-mono">
            {lines.map((line) => (
              <li key={line} className="whitespace-pre" translate="no">
                {line}
              </li>
            ))}
          </ol>
          <div className="needs-script flex flex-wrap gap-2.5">
            <CopyButton text={lines.join("\n")} what="the recovery codes" />
            <Button small onClick={() => download(lines)}>
              <Download aria-hidden />
              Download
            </Button>
            <Button small onClick={() => window.print()}>
              <Printer aria-hidden />
              Print
            </Button>
          </div>
          <label className="flex items-start gap-2.5">
            <input
              type="checkbox"
              className="mt-[3px]"
              checked={kept}
              onChange={(event) => setKept(event.target.checked)}
            />
            I keep these codes in a safe place
          </label>
        </>
      )}
      <div>
        {kept ? (
          // Loaded anew, so that nothing of what was shown stays, also where this leads to the same page.
          <a href={onward} className={buttonClass({ tone: "primary" })}>
            {done}
          </a>
        ) : (
          <>
            <Button tone="primary" aria-disabled className="needs-script">
              {done}
            </Button>
            <noscript>
              <a href={onward} className={buttonClass({ tone: "primary" })}>
                I keep these codes in a safe place
              </a>
            </noscript>
          </>
        )}
      </div>
    </div>
  );
}

function download(lines: string[]) {
  const text = `Latchkey recovery codes, ${location.origin}\n\n${lines.join("\n")}\n`;
  const href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  Object.assign(document.createElement("a"), {
    href,
    download: `latchkey-recovery-codes-${location.hostname}.txt`,
  }).click();
  URL.revokeObjectURL(href);
}
