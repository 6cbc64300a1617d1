"use client";

import { Check, Copy } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { type ButtonTone, buttonClass } from "#components/ui/button.tsx";

/** Writes to the clipboard and says whether it really did; on plain HTTP a browser has no clipboard at all. */
export async function copyText(text: string) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** The keys that copy on this machine, for when we cannot. */
export const copyKeys = () => (/Mac|iP(hone|ad)/.test(navigator.platform) ? "⌘C" : "Ctrl+C");

type CopyProps = {
  text: string;
  what: string;
  label?: string;
  tone?: ButtonTone;
  small?: boolean;
  /** Hears how it went, and then takes care of copying by hand itself. */
  onOutcome?: (copied: boolean) => void;
};

/**
 * Copies `text`; `what` ends the button's name: "Copy token id of nightly export". Where the browser has no clipboard,
 * the text is laid out and selected for copying by hand.
 */
export function CopyButton({ text, what, label = "Copy", tone, small = true, onOutcome }: CopyProps) {
  const [outcome, setOutcome] = useState<"copied" | "failed" | null>(null);
  const [said, setSaid] = useState("");
  const byHand = useRef<HTMLInputElement>(null);

  async function copy() {
    const copied = await copyText(text);
    setOutcome(copied ? "copied" : "failed");
    onOutcome?.(copied);
    // A second copy is announced only if the words differ from the first.
    const words = copied ? `Copied ${what}` : `Not copied. Press ${copyKeys()}.`;
    setSaid((before) => (before === words ? `${words}\u00a0` : words));
  }

  useEffect(() => {
    if (outcome === "failed") byHand.current?.select();
    if (outcome !== "copied") return;
    const timer = setTimeout(setOutcome, 2_500, null);
    return () => clearTimeout(timer);
  }, [outcome]);

  const copied = outcome === "copied";
  return (
    <span className="needs-script inline-flex min-w-0 flex-wrap items-center gap-2">
      <button type="button" onClick={copy} aria-label={`${label} ${what}`} className={buttonClass({ tone, small })}>
        {copied ? <Check aria-hidden /> : <Copy aria-hidden />}
        <span aria-hidden>{copied ? "Copied" : label}</span>
      </button>
      {outcome === "failed" && !onOutcome && (
        <span className="flex min-w-0 items-center gap-2">
          <input
            ref={byHand}
            readOnly
            value={text}
            aria-label={`${what}, to be copied by hand`}
            className="input h-8 font-mono text-xs"
          />
          <span className="hint shrink-0">Press {copyKeys()}</span>
        </span>
      )}
      <span role="status" aria-live="polite" className="sr-only">
        {said}
      </span>
    </span>
  );
}
