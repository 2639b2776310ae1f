"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import { Button } from "@/components/ui/form/button";
import { buttonClass } from "@/components/ui/form/button-class";
import { Dialog } from "@/components/ui/overlay/dialog";
import { showToast } from "@/components/ui/overlay/toast";
import { Note } from "@/components/ui/text/note";
import { pages } from "@/lib/paths";
import { openSignInChannel, renewSession } from "./session";

type SessionEndedDialogProps = { subject: string; name: string; onClose: () => void };

/** A modal over the page. Signing in opens another window, so that the page keeps its state. */
export function SessionEndedDialog({ subject, name, onClose }: SessionEndedDialogProps) {
  const client = useQueryClient();
  const [other, setOther] = useState<string | null>(null);
  /** A closing window is noticed twice: by its message and by the returning focus. */
  const isDone = useRef(false);

  const checkSession = useEffectEvent(async () => {
    const person = await renewSession().catch(() => null);
    if (!person || isDone.current) return;
    if (person.subject !== subject) return setOther(person.name);
    isDone.current = true;
    onClose();
    showToast({ tone: "good", title: `Signed in again as ${name}`, description: "Go on here." });
    void client.refetchQueries({ predicate: ({ state }) => state.status === "error" });
  });
  // The external system is the browser's other windows.
  useEffect(() => {
    const channel = openSignInChannel();
    const onFocus = () => void checkSession();
    channel.addEventListener("message", onFocus);
    window.addEventListener("focus", onFocus);
    return () => {
      window.removeEventListener("focus", onFocus);
      channel.close();
    };
  }, []);

  return (
    <Dialog
      size="sm"
      title="Your session has ended"
      description="Nobody was active for a while, the longest time of a session is over, or you signed out in another window."
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Not now</Button>
          <SignInLink />
        </>
      }
    >
      <p>What you typed is still here. Sign in again in a new window, come back, and save.</p>
      {other && (
        <Note tone="warn" title={`You are signed in as ${other} now.`} live className="mt-3">
          This page was opened by {name}. Sign in as {name}, or copy what you typed and reload.
        </Note>
      )}
    </Dialog>
  );
}

/** Opens a window that closes itself; if the browser blocks it, the link opens a tab. */
function SignInLink() {
  const address = pages.signIn(pages.signedIn());
  return (
    <a
      href={address}
      target="_blank"
      rel="noreferrer"
      className={buttonClass("primary")}
      onClick={(event) => {
        if (window.open(address, "switchboard-sign-in", "popup,width=520,height=680")) {
          event.preventDefault();
        }
      }}
    >
      Sign in again
    </a>
  );
}
