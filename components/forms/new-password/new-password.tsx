"use client";

import { Circle, CircleCheck } from "lucide-react";
import { type InputEvent, useState } from "react";
import { Strength } from "#components/forms/new-password/strength.tsx";
import { Field } from "#components/ui/field.tsx";
import { useUntilDone } from "#components/ui/form-context.ts";
import { PasswordInput } from "#components/ui/password-input.tsx";
import type { PasswordRules } from "#lib/sign-in/passwords/policy.ts";
import { commonRule, contextRule, contextWord, historyRule, rulesOf } from "#lib/sign-in/passwords/rules.ts";

/**
 * The field for a password somebody chooses: its rules are ticked while they type, and advice says how strong it is.
 * `about` are words that make it easy to guess for this person, besides those in the form's other fields.
 */
export function NewPassword({ name, label, about = [], replaces, required = true, asked = classic }: NewPasswordProps) {
  const [typed, setTyped] = useUntilDone("");
  const [near, setNear] = useState<string[]>([]);
  const take = ({ currentTarget }: InputEvent<HTMLInputElement>) => {
    setTyped(currentTarget.value);
    setNear(textsBeside(currentTarget));
  };
  const context = [...about, ...near];
  return (
    <div>
      <Field
        name={name}
        label={label}
        required={required}
        hint={<Rules password={typed} context={context} replaces={replaces} asked={asked} />}
      >
        <PasswordInput autoComplete="new-password" onInput={take} />
      </Field>
      <Strength password={typed} about={context} />
    </div>
  );
}

type NewPasswordProps = {
  name: string;
  label: string;
  about?: string[];
  /** It takes the place of another, so the ones before it are barred. */
  replaces?: boolean;
  required?: boolean;
  /** What the account asks of passwords. */
  asked?: PasswordRules;
};

const classic: PasswordRules = { profile: "classic", secondFactor: false };

type RulesProps = { password: string; context: string[]; replaces?: boolean; asked: PasswordRules };

function Rules({ password, context, replaces, asked }: RulesProps) {
  const isImpersonal = password !== "" && !contextWord(password, context);
  return (
    <ul className="mt-0.5 grid gap-0.5">
      {rulesOf(asked).map(({ code, words, holds }) => (
        <Rule key={code} words={words} kept={holds(password)} />
      ))}
      <Rule words={contextRule} kept={isImpersonal} />
      <JudgedLater words={commonRule} />
      {replaces && <JudgedLater words={historyRule} />}
    </ul>
  );
}

function JudgedLater({ words }: { words: string }) {
  return (
    <li className="flex gap-2">
      <span aria-hidden className="w-3.5 shrink-0 text-center">
        ·
      </span>
      {words}
    </li>
  );
}

function Rule({ words, kept }: { words: string; kept: boolean }) {
  const Icon = kept ? CircleCheck : Circle;
  return (
    <li className={`flex gap-2 ${kept ? "font-medium text-good-text" : ""}`}>
      <Icon aria-hidden className="mt-[3px] size-3.5 shrink-0" />
      <span>
        <span>{words}</span>
        {kept && <span className="sr-only"> (met)</span>}
      </span>
    </li>
  );
}

function textsBeside({ form }: HTMLInputElement): string[] {
  const fields = [...(form?.elements ?? [])].filter((field) => field instanceof HTMLInputElement);
  return fields.filter(({ type }) => type === "text" || type === "email").map(({ value }) => value);
}
