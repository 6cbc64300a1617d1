import { Confirmed } from "#components/forms/step-up/confirmed.tsx";
import { PageHeader } from "#components/layout/page-header.tsx";
import { read } from "#lib/http/next/page.ts";
import { getEmail } from "#lib/people/email/get.ts";
import { ownProfile, pictureSource } from "../own-profile.ts";
import { portalPage } from "../portal-page.tsx";
import { DataCard } from "./data-card.tsx";
import { DetailsCard } from "./details-card.tsx";
import { EmailCard } from "./email-card.tsx";
import { PictureCard } from "./picture-card.tsx";
import { PlaceCard } from "./place-card.tsx";

export const metadata = { title: "Profile" };

export default portalPage(ProfilePage);

async function ProfilePage() {
  const [profile, email] = await Promise.all([ownProfile(), read(getEmail)]);
  const { fullName, username, pictureUrl } = profile;
  return (
    <>
      <PageHeader
        title="Profile"
        description="Who you are to the people and programs of your account."
        actions={<Confirmed />}
      />
      <div className="grid gap-6">
        <PictureCard name={fullName || username} pictureUrl={pictureSource(pictureUrl)} />
        <DetailsCard profile={profile} />
        <EmailCard state={email} locked={profile.lockedFields.email} />
        <PlaceCard profile={profile} />
        <DataCard />
      </div>
    </>
  );
}
