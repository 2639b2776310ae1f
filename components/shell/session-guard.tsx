"use client";

import { useEffect, useEffectEvent, useState } from "react";
import { lazyPart } from "@/components/ui/lazy-part";
import { noteSignedOut, watchForSignedOut } from "@/lib/api/client";
import { renewSession } from "./session";

const SessionEndedDialog = lazyPart(() =>
  import("./session-ended-dialog").then((file) => file.SessionEndedDialog),
);

/** Signs that somebody is here. Requests are none: a page asks by itself too. */
const activity = ["pointerdown", "keydown", "wheel", "touchmove", "focus"] as const;

export type SessionGuardProps = {
  /** Whose page this is. */
  subject: string;
  name: string;
  /** Seconds until an active person's session should be renewed, and from one time to the next. */
  renewal: { dueIn: number; every: number };
};

/** Keeps the session of somebody who is active; where it is over, asks to sign in and keeps the page. */
export function SessionGuard({ subject, name, renewal }: SessionGuardProps) {
  const [hasEnded, setEnded] = useState(false);
  const [dueAt, setDueAt] = useState(() => Date.now() + renewal.dueIn * 1000);

  const onActivity = useEffectEvent(() => {
    if (hasEnded || Date.now() < dueAt) return;
    setDueAt(Date.now() + renewal.every * 1000);
    // Without an answer the next call of the API says what is the matter.
    renewSession().then(
      (person) => person ?? noteSignedOut(),
      () => undefined,
    );
  });

  // The person in front of the window is the external system, and so is the server's word.
  useEffect(() => {
    onActivity();
    for (const sign of activity) window.addEventListener(sign, onActivity, { passive: true });
    const unwatch = watchForSignedOut(() => setEnded(true));
    return () => {
      for (const sign of activity) window.removeEventListener(sign, onActivity);
      unwatch();
    };
  }, []);

  if (!hasEnded) return null;
  return <SessionEndedDialog subject={subject} name={name} onClose={() => setEnded(false)} />;
}
