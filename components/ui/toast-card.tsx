"use client";

import { CircleCheck, X } from "lucide-react";
import { useEffect, useState } from "react";

/** A message that is being shown. */
export type Message = { id: number; text: string };

const shownFor = 7_000;

/** One message of the `Toaster`: goes by itself, but not while it is read. */
export function Toast({ message: { id, text }, dismiss }: { message: Message; dismiss: (id: number) => void }) {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(dismiss, shownFor, id);
    return () => clearTimeout(timer);
  }, [held, id, dismiss]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only keeps the message while someone reads it
    <div
      className="toast pointer-events-auto"
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-good-text" />
      <p className="min-w-0 flex-1 leading-5 wrap-anywhere">{text}</p>
      <button
        type="button"
        aria-label="Dismiss"
        onClick={() => dismiss(id)}
        className="button button-quiet button-icon -my-1.5 h-8 w-8 text-muted"
      >
        <X aria-hidden />
      </button>
    </div>
  );
}
