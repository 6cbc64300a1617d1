import type { Metadata } from "next";
import { visitor } from "#lib/http/next/page.ts";
import { Reference } from "./reference/reference.tsx";

export const metadata: Metadata = { title: "API reference" };

/** The API document as a reference with "try it". */
export default async function DocsPage() {
  const person = await visitor();
  return <Reference username={person?.username ?? null} />;
}
