"use client";

import { EllipsisVertical } from "lucide-react";
import {
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  type ToggleEvent,
  useEffect,
  useEffectEvent,
  useId,
  useRef,
} from "react";

/**
 * A row's menu. `label` names it with its row: "Actions for nightly export". Children are `MenuLink`s.
 * `onOpen` is the moment to make what its items need, e.g. their dialogs.
 */
export function Menu({ label, onOpen, children }: { label: string; onOpen?: () => void; children: ReactNode }) {
  const id = useId();
  const trigger = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);

  const toggled = ({ newState }: ToggleEvent<HTMLDivElement>) => settle(newState === "open");

  function settle(open: boolean) {
    trigger.current?.setAttribute("aria-expanded", String(open));
    if (!open || !list.current || !trigger.current) return;
    if (!CSS.supports("position-area", "bottom")) placeBelow(list.current, trigger.current);
    items(list.current)[0]?.focus();
    onOpen?.();
  }

  // It opens without a script, too, and so perhaps before this one was there.
  const opensEarly = useEffectEvent(() => {
    if (list.current?.matches(":popover-open")) settle(true);
  });
  useEffect(() => opensEarly(), []);

  // Gone, with the focus back on its button, before a dialog opens that is to return it there.
  function chosen({ target }: MouseEvent) {
    if (!(target instanceof Element && target.closest("[role=menuitem]"))) return;
    list.current?.hidePopover();
    trigger.current?.focus();
  }

  function moved(event: KeyboardEvent) {
    if (event.key === "Tab") return list.current?.hidePopover();
    const target = list.current && next(items(list.current), event.key);
    if (!target) return;
    event.preventDefault();
    target.focus();
  }

  return (
    <div className="menu inline-block">
      <button
        ref={trigger}
        type="button"
        popoverTarget={id}
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded="false"
        className="button button-quiet button-icon button-small text-muted"
      >
        <EllipsisVertical aria-hidden />
      </button>
      <div
        ref={list}
        id={id}
        popover="auto"
        role="menu"
        tabIndex={-1}
        aria-label={label}
        className="popover"
        onToggle={toggled}
        onClick={chosen}
        onKeyDown={moved}
      >
        {children}
      </div>
    </div>
  );
}

const items = (list: HTMLElement) => [
  ...list.querySelectorAll<HTMLElement>("[role=menuitem]:not([aria-disabled=true])"),
];

function next(all: HTMLElement[], key: string) {
  const at = all.findIndex((item) => item.matches(":focus"));
  if (key === "ArrowDown") return all[(at + 1) % all.length];
  if (key === "ArrowUp") return all.at(Math.max(at, 0) - 1);
  if (key === "Home") return all[0];
  if (key === "End") return all.at(-1);
  if (key.length !== 1 || key === " ") return undefined;
  const after = [...all.slice(at + 1), ...all.slice(0, at + 1)];
  return after.find((item) => item.textContent?.trim().toLowerCase().startsWith(key.toLowerCase()));
}

// For browsers without anchor positioning.
function placeBelow(list: HTMLElement, trigger: HTMLElement) {
  const box = trigger.getBoundingClientRect();
  const below = box.bottom + list.offsetHeight < innerHeight;
  list.style.top = `${below ? box.bottom + 4 : box.top - list.offsetHeight - 4}px`;
  list.style.left = `${Math.max(8, box.right - list.offsetWidth)}px`;
}
