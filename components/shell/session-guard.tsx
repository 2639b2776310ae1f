"use client";

import { useEffect, useEffectEvent, useState } from "react";
import { lazyPart } from "@/components/ui/lazy-part";
import { notifySessionEnded, onSessionEnded } from "@/lib/api/client";
import { renewSession } from "./session";

const SessionEndedDialog = lazyPart(() =>
  import("./session-ended-dialog").then((file) => file.SessionEndedDialog),
);

/** Events that count as activity. Requests don't, because pages poll. */
const activityEvents = ["pointerdown", "keydown", "wheel", "touchmove", "focus"] as const;

export type SessionGuardProps = {
  /** The signed-in user. */
  subject: string;
  name: string;
  /** Seconds until an active user's session is due for renewal, and between renewals. */
  renewal: { renewInSeconds: number; every: number };
};

/** Renews the session of an active user; once it has ended, asks to sign in without leaving the page. */
export function SessionGuard({ subject, name, renewal }: SessionGuardProps) {
  const [hasEnded, setEnded] = useState(false);
  const [dueAt, setDueAt] = useState(() => Date.now() + renewal.renewInSeconds * 1000);

  const onActivity = useEffectEvent(() => {
    if (hasEnded || Date.now() < dueAt) return;
    setDueAt(Date.now() + renewal.every * 1000);
    // If there is no answer, the next API call shows the problem.
    renewSession().then(
      (person) => person ?? notifySessionEnded(),
      () => undefined,
    );
  });

  // The external systems are the user's input and the server's answers.
  useEffect(() => {
    onActivity();
    for (const name of activityEvents) window.addEventListener(name, onActivity, { passive: true });
    const unsubscribe = onSessionEnded(() => setEnded(true));
    return () => {
      for (const name of activityEvents) window.removeEventListener(name, onActivity);
      unsubscribe();
    };
  }, []);

  if (!hasEnded) return null;
  return <SessionEndedDialog subject={subject} name={name} onClose={() => setEnded(false)} />;
}
