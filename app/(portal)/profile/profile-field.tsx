import { Lock } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import { Field, Input } from "#components/ui/field.tsx";

const kinds: Record<string, ComponentProps<"input">> = {
  fullName: { autoComplete: "name", maxLength: 100 },
  phone: { type: "tel", autoComplete: "tel", maxLength: 30, placeholder: "+44 20 7946 0000" },
  mobilePhone: { type: "tel", autoComplete: "tel", maxLength: 30, placeholder: "+44 7700 900123" },
};

type ProfileFieldProps = {
  name: string;
  label: string;
  value: string | null;
  /** Why an administrator keeps it. */
  locked?: string;
  /** Why nobody changes it here. */
  fixed?: string;
  required?: boolean;
  optional?: boolean;
};

/** A field of the profile. One that is locked or fixed can be read and copied, but without a name it is not sent. */
export function ProfileField({ name, label, value, locked, fixed, required, optional }: ProfileFieldProps) {
  if (!locked && !fixed) {
    return (
      <Field name={name} label={label} required={required} optional={optional}>
        <Input {...kinds[name]} defaultValue={value ?? ""} />
      </Field>
    );
  }
  return (
    <Field name={name} label={label} hint={locked ? <Locked why={locked} /> : fixed}>
      <Input readOnly name="" defaultValue={value ?? ""} placeholder="None" />
    </Field>
  );
}

/** The lock, and whose it is. */
export function Locked({ why }: { why: string }): ReactNode {
  return (
    <span className="flex gap-1.5">
      <Lock aria-hidden className="mt-[3px] size-3.5 shrink-0" />
      <span>Locked by an administrator: {why}</span>
    </span>
  );
}
