import { Checkbox, Fieldset } from "#components/ui/choice.tsx";
import { rightInWords, rightsOffered } from "#lib/accounts/relations/rights.ts";

/** Common sets of rights to choose from. */
export function RightsOffered() {
  return (
    <Fieldset
      name="rights"
      legend="What the managing account may do"
      hint="Its people need roles that allow it besides."
    >
      {Object.entries(rightsOffered).map(([name, { words, hint }]) => (
        <Checkbox key={name} name="rights" value={name} label={words} description={hint} />
      ))}
    </Fieldset>
  );
}

/** The rights that are agreed on, to be kept or taken; of everything, a part of it may be kept. */
export function RightsKept({ rights }: { rights: string[] }) {
  const parts = rights.includes("*:managed:*:*")
    ? Object.entries(rightsOffered).filter(([name]) => name !== "all")
    : [];
  return (
    <Fieldset name="rights" legend="What it may still do" hint="Untick what it is to lose, from its next request on.">
      {rights.map((right) => (
        <Checkbox key={right} name="rights" value={right} label={rightInWords(right)} defaultChecked />
      ))}
      {parts.map(([name, { words, hint }]) => (
        <Checkbox key={name} name="rights" value={name} label={words} description={hint} />
      ))}
    </Fieldset>
  );
}
