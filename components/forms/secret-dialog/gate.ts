"use client";

import { type RefObject, type SyntheticEvent, useEffect } from "react";

/**
 * Keeps a dialog open until the secret in it is stored: Escape, a click outside and leaving the page all ask first.
 * `stored` opens the gate; `ask` runs when someone runs into it.
 */
export function useGate(dialog: RefObject<HTMLDialogElement | null>, stored: boolean, ask: () => void) {
  // Shown inline where there are no scripts; a modal where there are.
  useEffect(() => {
    const shown = dialog.current;
    if (!shown) return;
    shown.close();
    shown.showModal();
  }, [dialog]);

  useEffect(() => {
    if (stored) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [stored]);

  function refuse(event: SyntheticEvent) {
    if (event.target !== dialog.current || stored) return;
    event.preventDefault();
    ask();
  }

  return {
    onCancel: refuse,
    onKeyDown: (event: React.KeyboardEvent) => {
      if (event.key !== "Escape" || stored || event.defaultPrevented) return;
      event.preventDefault();
      ask();
    },
    onPointerDown: (event: React.PointerEvent) => {
      if (event.target !== dialog.current) return;
      if (stored) dialog.current?.close();
      else ask();
    },
  };
}
