"use client";

import { useEffect } from "react";

/**
 * Opens and closes dialogs in browsers that do not know `command` and `commandfor` yet. Mounted once, in the root
 * layout.
 */
export function CommandFallback() {
  useEffect(() => {
    if ("commandForElement" in HTMLButtonElement.prototype) return;
    document.addEventListener("click", obey);
    return () => document.removeEventListener("click", obey);
  }, []);
  return null;
}

function obey(event: MouseEvent) {
  const button = event.target instanceof Element && event.target.closest("button[commandfor]");
  if (!button || event.defaultPrevented) return;
  const dialog = document.getElementById(button.getAttribute("commandfor") ?? "");
  if (!(dialog instanceof HTMLDialogElement)) return;
  if (button.getAttribute("command") === "close") dialog.close();
  else if (!dialog.open) dialog.showModal();
}
