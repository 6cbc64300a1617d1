"use client";

import { useRef } from "react";
import { Field, Textarea } from "#components/ui/field.tsx";

type FieldProps = { addresses?: string[]; own: string };

/** Where a program may come from, an address or network a line; the reader's own is a press away. */
export function AddressField({ addresses = [], own }: FieldProps) {
  const list = useRef<HTMLTextAreaElement>(null);
  const isKnown = own !== "unknown";

  function add() {
    const { current } = list;
    if (!current || current.value.split(/\s+/).includes(own)) return;
    current.value = [current.value.trimEnd(), own].filter(Boolean).join("\n");
    current.focus();
  }

  return (
    <Field
      name="allowedAddresses"
      label="Allowed addresses"
      optional
      hint={
        <>
          <span>
            Addresses and networks like 198.51.100.7 or 2001:db8::/48, one a line. Left empty, it may come from
            everywhere.
          </span>
          {isKnown && (
            <span className="mt-1 block">
              Your address is <code className="font-mono text-xs wrap-anywhere">{own}</code>.{" "}
              <button type="button" onClick={add} className="needs-script text-link">
                Add it
              </button>
            </span>
          )}
        </>
      }
    >
      <Textarea
        ref={list}
        rows={3}
        defaultValue={addresses.join("\n")}
        spellCheck={false}
        autoComplete="off"
        className="font-mono text-[0.8125rem]"
      />
    </Field>
  );
}
