import Link from "next/link";
import { Alert } from "#components/ui/alert.tsx";

/** What a person should know on every page until they have seen to it. */
export function Banners({ unverified }: { unverified: string | null }) {
  if (!unverified) return null;
  return (
    <div className="mb-6 grid gap-3">
      <Alert tone="warn" title="Your e-mail address is not verified">
        Mails about your security cannot reach {unverified}, and you cannot reset a forgotten password.{" "}
        <Link href="/profile#email">Verify it on your profile</Link>.
      </Alert>
    </div>
  );
}
