import { plainWord } from "#lib/http/next/asked.ts";

type Query = Record<string, string | string[] | undefined>;

/** What is asked, as the address says: about whom, what, where, and with which token. */
export type PermissionQuestion = {
  who: string;
  program: string;
  what: string;
  other: string;
  where: string;
  token: string;
};

/** Reads an address leniently: what it says wrong is told by whoever is asked. */
export function readQuestion(query: Query): PermissionQuestion {
  const word = (name: string) => plainWord(query[name]).slice(0, 254);
  const about = { who: word("who"), program: word("program") };
  return { ...about, what: word("what"), other: word("other"), where: word("where"), token: word("token") };
}

/** The permission that is asked about: one that is written out goes before the one that is chosen. */
export const permissionIn = ({ what, other }: PermissionQuestion): string => other || what;
