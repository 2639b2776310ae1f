"use client";

import { useEffect } from "react";
import { openSignInChannel } from "./session";

/** Ends a sign-in in a separate window: notifies the waiting pages and closes the window. */
export function SignedIn() {
  // The other windows of this browser are the external system.
  useEffect(() => {
    const channel = openSignInChannel();
    channel.postMessage("signed in");
    channel.close();
    // Browsers close only windows that a script opened; a tab stays and shows the message.
    window.close();
  }, []);
  return null;
}
