"use client";

import { useEffect } from "react";
import { openSignInChannel } from "./session";

/** The end of a sign-in in a window of its own: tells the pages that wait, and closes the window. */
export function SignedIn() {
  // The other windows of this browser are the external system.
  useEffect(() => {
    const channel = openSignInChannel();
    channel.postMessage("signed in");
    channel.close();
    // Only what a script has opened closes; a tab stays, and says the same in words.
    window.close();
  }, []);
  return null;
}
