"use client";

import { useEffect } from "react";
import { openSignInChannel } from "./session";

/** Ends a sign-in in a separate window: notifies the waiting pages and closes the window. */
export function SignedIn() {
  // The external system is the browser's other windows.
  useEffect(() => {
    const channel = openSignInChannel();
    channel.postMessage("signed in");
    channel.close();
    // Browsers close only windows that a script opened. A tab stays open and shows the message.
    window.close();
  }, []);
  return null;
}
