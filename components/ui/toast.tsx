"use client";

import { lazy, Suspense, useCallback, useEffect, useState } from "react";
import type { Message } from "./toast-card.tsx";

// Fetched with the first message: most pages never have one.
const Toast = lazy(() => import("./toast-card.tsx").then((module) => ({ default: module.Toast })));

const channel = "latchkey:toast";

/**
 * Says, in a corner and to screen readers, that something was done. For failures use an inline message: they must stay.
 */
export function toast(message: string) {
  dispatchEvent(new CustomEvent(channel, { detail: message }));
}

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
      <Suspense>
        {messages.map((message) => (
          <Toast key={message.id} message={message} dismiss={dismiss} />
        ))}
      </Suspense>
    </div>
  );
}
