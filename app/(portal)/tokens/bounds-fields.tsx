"use client";

import { Button } from "#components/ui/button.tsx";
import { Field, Input, Select, Textarea, useField } from "#components/ui/field.tsx";
import type { Bounds } from "#lib/tokens/addresses.ts";

type FieldsProps = {
  bounds: Bounds;
  /** Where the page is looked at from. */
  ownAddress: string;
  /** The account requires addresses. */
  demanded: boolean;
};

/** From where and how often a token may be used. */
export function BoundsFields({ bounds, ownAddress, demanded }: FieldsProps) {
  return (
    <>
      <Field
        name="allowedAddresses"
        label="Allowed addresses"
        required={demanded}
        optional={!demanded}
        hint={<AddressHint ownAddress={ownAddress} demanded={demanded} />}
      >
        <Addresses start={bounds.allowedAddresses} ownAddress={ownAddress} />
      </Field>
      <Field name="addressMode" label="Uses from elsewhere">
        <Select defaultValue={bounds.addressMode}>
          <option value="enforce">Are refused</option>
          {!demanded && <option value="log">Are let in, and put on the token's record</option>}
        </Select>
      </Field>
      <Field
        name="rateLimitPerMinute"
        label="Requests a minute"
        optional
        hint="At most so many; empty for as many as it likes."
      >
        <Input
          type="number"
          inputMode="numeric"
          min={1}
          max={100_000}
          defaultValue={bounds.rateLimitPerMinute ?? ""}
          className="max-w-32"
        />
      </Field>
    </>
  );
}

function AddressHint({ ownAddress, demanded }: Omit<FieldsProps, "bounds">) {
  return (
    <span>
      One on a line, like 198.51.100.7, 10.0.0.0/8 or 2001:db8::/32.{" "}
      {demanded ? "Your account demands them." : "Empty for everywhere."} Your address is{" "}
      <span className="font-mono wrap-anywhere">{ownAddress}</span>.
    </span>
  );
}

function Addresses({ start, ownAddress }: { start: string[]; ownAddress: string }) {
  const { id } = useField();
  function add() {
    const field = document.getElementById(id);
    if (!(field instanceof HTMLTextAreaElement)) return;
    const named = field.value.split(/\s+/).filter(Boolean);
    if (!named.includes(ownAddress)) field.value = [...named, ownAddress].join("\n");
    field.focus();
  }
  return (
    <>
      <Textarea rows={3} defaultValue={start.join("\n")} spellCheck={false} autoComplete="off" className="font-mono" />
      <div className="needs-script">
        <Button small onClick={add}>
          Add my address
        </Button>
      </div>
    </>
  );
}
