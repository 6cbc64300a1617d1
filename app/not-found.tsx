import { Logo } from "#components/layout/logo.tsx";
import { NotFound } from "#components/layout/not-found.tsx";

export const metadata = { title: "Not found" };

export default function NotFoundPage() {
  return (
    <div className="mx-auto w-full max-w-2xl px-6 pt-[max(2rem,12vh)]">
      <header className="mb-6">
        <Logo />
      </header>
      <main id="main" tabIndex={-1}>
        <NotFound />
      </main>
    </div>
  );
}
