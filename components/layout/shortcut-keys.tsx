"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";

/** Listens for single keys. An element marked `data-shortcut="n"` is pressed by that key; `/` focuses it instead. */
export function ShortcutKeys({ places }: { places: Record<string, string> }) {
  const router = useRouter();
  useEffect(() => {
    let leading = 0;
    const pressed = (event: KeyboardEvent) => {
      if (isBusy(event)) return;
      const place = event.timeStamp - leading < 1_500 ? places[event.key] : undefined;
      leading = event.key === "g" ? event.timeStamp : -Infinity;
      const handled = place ? visit(place) : act(event.key);
      if (handled) event.preventDefault();
    };
    const visit = (href: string) => {
      router.push(href);
      return true;
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, [places, router]);
  return null;
}

const writable = "input, textarea, select, [contenteditable], [role=menu]";

function isBusy(event: KeyboardEvent) {
  const modified = event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented;
  const writing = event.target instanceof Element && event.target.closest(writable) !== null;
  return modified || writing || document.querySelector("dialog[open]") !== null;
}

function act(key: string) {
  if (key === "?") return showList();
  const marked = document.querySelector<HTMLElement>(`[data-shortcut="${CSS.escape(key)}"]`);
  if (!marked) return false;
  if (key === "/") marked.focus();
  else marked.click();
  return true;
}

function showList() {
  const list = document.getElementById("shortcuts");
  if (list instanceof HTMLDialogElement) list.showModal();
  return true;
}
