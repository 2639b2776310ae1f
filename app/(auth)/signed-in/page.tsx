import type { Metadata } from "next";
import { AuthCard } from "@/components/shell/auth-card";
import { SignedIn } from "@/components/shell/signed-in";
import { buttonClass } from "@/components/ui/form/button-class";
import { requireActor } from "@/lib/auth/session";
import { pages } from "@/lib/paths";

export const metadata: Metadata = { title: "Signed in" };

/** The final page of the window that was opened to sign in again. */
export default async function SignedInPage() {
  const { name } = await requireActor();
  return (
    <AuthCard title="Signed in">
      <SignedIn />
      <p className="text-ink-2">
        You are signed in as <span className="font-medium text-ink">{name}</span>. Close this window
        and go on where you were: what you typed is still there.
      </p>
      <a href={pages.home()} className={`${buttonClass()} mt-4`}>
        Open the console here
      </a>
    </AuthCard>
  );
}
