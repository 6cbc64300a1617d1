"use client";

import { Eye, EyeOff } from "lucide-react";
import { type ComponentProps, useState } from "react";
import { useField, wired } from "#components/ui/field.tsx";

/** A password in a `Field`, with an eye to read it by. Say `current-password` or `new-password` in `autoComplete`. */
export function PasswordInput({ className = "", ...rest }: ComponentProps<"input">) {
  const field = useField();
  const [shown, setShown] = useState(false);
  const Icon = shown ? EyeOff : Eye;
  return (
    <div className="relative">
      <input
        {...wired(field)}
        spellCheck={false}
        autoCapitalize="none"
        {...rest}
        type={shown ? "text" : "password"}
        className={`input pr-11 ${className}`}
      />
      <button
        type="button"
        aria-pressed={shown}
        aria-controls={field.id}
        aria-label="Reveal what is typed"
        onClick={() => setShown(!shown)}
        className="needs-script absolute inset-y-1 right-1 grid w-9 place-items-center rounded text-muted hover:text-text"
      >
        <Icon aria-hidden className="size-4" />
      </button>
    </div>
  );
}
