"use client";

import { type ReactNode, useState } from "react";
import { isLong, type Option, type Options } from "./options.ts";
import { OptionSearch } from "./search-field.tsx";

type Where = { account?: string; form?: string };

/**
 * What is offered to choose from: what was found last, behind what was chosen before and is not among it. `field` is
 * where one looks for others, where there are so many.
 */
export function useCombobox(options: Options, held: Option[], { account, form }: Where) {
  const [found, setFound] = useState(options.items);
  const [kept, setKept] = useState(held);
  const [chosen, choose] = useState(held);
  const shown = [...kept.filter(({ id }) => !found.some((one) => one.id === id)), ...found];

  function onFound(items: Option[]) {
    setKept(chosen);
    setFound(items);
  }

  const field: ReactNode = isLong(options) && (
    <OptionSearch options={options} account={account} form={form} onFound={onFound} />
  );
  return { shown, chosen, choose, field };
}
