import { showToast } from "@/components/ui/overlay/toast";
import { pages } from "@/lib/paths";
import { signOut } from "./session";

/** Ends the session and shows the sign-in page, with a notice if the session couldn't be ended. */
export async function leaveConsole(): Promise<void> {
  try {
    const hasEnded = await signOut();
    // A full page load, so that nothing of the session stays in memory.
    window.location.assign(hasEnded ? pages.signIn() : pages.signedOutHere());
  } catch (error) {
    const description = error instanceof Error ? error.message : undefined;
    showToast({ tone: "bad", title: "Not signed out", description });
  }
}
