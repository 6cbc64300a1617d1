import { ShieldAlert } from "lucide-react";
import { NotMeForm } from "./not-me-form.tsx";

export const metadata = { title: "This was not me" };

export default async function NotMePage({ params }: { params: Promise<{ link: string }> }) {
  const { link } = await params;
  return (
    <>
      <h1 className="mb-3 flex items-center gap-2 text-lg font-semibold">
        <ShieldAlert aria-hidden className="size-5 text-danger-text" />
        Was this not you?
      </h1>
      <p className="mb-5 leading-relaxed text-muted">
        Then somebody knows your password. This ends every session of yours, everywhere, and forgets every device.
        Choose a new password right afterwards.
      </p>
      <NotMeForm link={link} />
    </>
  );
}
