"use client";

import { type ReactNode, useState } from "react";
import { type Choices, isLong, type Named } from "./options.ts";
import { FindField } from "./search-field.tsx";

type Where = { account?: string; form?: string };

/**
 * What is offered to choose from: what was found last, behind what was chosen before and is not among it. `field` is
 * where one looks for others, where there are so many.
 */
export function useFinder(choices: Choices, held: Named[], { account, form }: Where) {
  const [found, setFound] = useState(choices.items);
  const [kept, setKept] = useState(held);
  const [chosen, choose] = useState(held);
  const shown = [...kept.filter(({ id }) => !found.some((one) => one.id === id)), ...found];

  function onFound(items: Named[]) {
    setKept(chosen);
    setFound(items);
  }

  const field: ReactNode = isLong(choices) && (
    <FindField choices={choices} account={account} form={form} onFound={onFound} />
  );
  return { shown, chosen, choose, field };
}
