"use client";

import { CircleCheck, X } from "lucide-react";
import { useCallback, useEffect, useState } from "react";

const channel = "latchkey:toast";
const shownFor = 7_000;

/** Says, in a corner and to screen readers, that something was done. For failures use an inline message: they must stay. */
export function toast(message: string) {
  dispatchEvent(new CustomEvent(channel, { detail: message }));
}

type Message = { id: number; text: string };

/** The place where toasts appear; a polite live region that exists from the start. Mounted once, in the root layout. */
export function Toaster() {
  const [messages, setMessages] = useState<Message[]>([]);
  const dismiss = useCallback((id: number) => setMessages((all) => all.filter((one) => one.id !== id)), []);

  useEffect(() => {
    const add = (event: Event) => {
      if (!(event instanceof CustomEvent)) return;
      setMessages((all) => [...all.slice(-2), { id: performance.now(), text: String(event.detail) }]);
    };
    addEventListener(channel, add);
    return () => removeEventListener(channel, add);
  }, []);

  return (
    <div
      role="status"
      aria-live="polite"
      className="pointer-events-none fixed inset-x-4 bottom-4 z-50 grid gap-2 sm:left-auto sm:w-90"
    >
      {messages.map((message) => (
        <Toast key={message.id} message={message} dismiss={dismiss} />
      ))}
    </div>
  );
}

function Toast({ message: { id, text }, dismiss }: { message: Message; dismiss: (id: number) => void }) {
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
