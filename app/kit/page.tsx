import { notFound } from "next/navigation";
import { connection } from "next/server";
import { PageHeader } from "#components/layout/page-header.tsx";
import { env } from "#lib/env.ts";
import { Controls } from "./controls.tsx";
import { Forms } from "./forms.tsx";
import { Lists } from "./lists.tsx";
import { Pieces } from "./pieces.tsx";

export const metadata = { title: "Components" };

/** Every component in every state, for whoever builds pages: in development, and where tests ask for it. */
export default async function KitPage() {
  await connection();
  const { NODE_ENV, SHOW_KIT } = env();
  if (NODE_ENV !== "development" && SHOW_KIT === "off") notFound();
  return (
    <main id="main" className="mx-auto grid max-w-4xl gap-6 p-5 sm:p-8">
      <PageHeader title="Components" description="Each of components/ui, forms and lists, in each of its states." />
      <Pieces />
      <Controls />
      <Forms />
      <Lists />
    </main>
  );
}
