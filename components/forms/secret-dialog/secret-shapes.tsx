"use client";

import { Eye, EyeOff } from "lucide-react";
import type { ClipboardEvent, KeyboardEvent, RefObject } from "react";
import { masked, type SecretShape, shaped } from "#components/forms/secret-dialog/shapes.ts";
import { CopyButton } from "#components/ui/copy-button.tsx";

type ShapesProps = {
  id: string;
  name: string;
  kind: string;
  secret: string;
  appUrl: string;
  variable: string;
  offered: readonly SecretShape[];
  shape: SecretShape;
  setShape: (shape: SecretShape) => void;
  shown: boolean;
  setShown: (shown: boolean) => void;
  text: RefObject<HTMLTextAreaElement | null>;
  onOutcome: (copied: boolean) => void;
};

/** The secret, masked until asked, in the shape chosen by tab. Copying by any means takes the real text. */
export function SecretShapes({
  id,
  name,
  kind,
  offered,
  shape,
  setShape,
  shown,
  setShown,
  text,
  onOutcome,
  ...rest
}: ShapesProps) {
  const whole = (secret: string) => shaped(shape, secret, rest.appUrl, rest.variable);
  const what = shape === "Value" ? `${kind} for ${name}` : `${shape} for ${name}`;

  // What is selected on screen are dots.
  function copyWhole(event: ClipboardEvent) {
    event.preventDefault();
    event.clipboardData.setData("text/plain", whole(rest.secret));
  }

  function steer(event: KeyboardEvent) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const chosen = offered.at((offered.indexOf(shape) + step) % offered.length) ?? shape;
    setShape(chosen);
    document.getElementById(`${id}tab-${offered.indexOf(chosen)}`)?.focus();
  }

  return (
    <div className="needs-script">
      <div
        role="tablist"
        aria-label={`Shape of the ${kind}`}
        onKeyDown={steer}
        className="flex gap-4 overflow-x-auto border-b border-line px-0.5"
      >
        {offered.map((one, index) => (
          <button
            key={one}
            id={`${id}tab-${index}`}
            type="button"
            role="tab"
            aria-selected={one === shape}
            aria-controls={`${id}panel`}
            tabIndex={one === shape ? 0 : -1}
            onClick={() => setShape(one)}
            className="tab shrink-0"
          >
            {one}
          </button>
        ))}
      </div>
      <div id={`${id}panel`} role="tabpanel" aria-labelledby={`${id}tab-${offered.indexOf(shape)}`} className="mt-3">
        <textarea
          ref={text}
          readOnly
          rows={2}
          spellCheck={false}
          aria-label={what}
          value={whole(shown ? rest.secret : masked(rest.secret))}
          onFocus={(event) => event.currentTarget.select()}
          onClick={(event) => event.currentTarget.select()}
          onCopy={copyWhole}
          className="secret input"
        />
        <div className="mt-2.5 flex flex-wrap gap-2">
          <CopyButton text={whole(rest.secret)} what={what} onOutcome={onOutcome} />
          <button
            type="button"
            aria-pressed={shown}
            onClick={() => setShown(!shown)}
            className="button button-secondary button-small"
          >
            {shown ? <EyeOff aria-hidden /> : <Eye aria-hidden />}
            <span>Reveal</span>
          </button>
        </div>
      </div>
    </div>
  );
}
