"use client";

import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { ConfirmDialog } from "@/components/ui/overlay/confirm-dialog";

type Destination = { kind: "link"; href: string } | { kind: "history"; key: string };

/** Mounted while there are unsaved changes. Asks for confirmation before navigation discards them. */
export function LeaveGuard({ what }: { what: string }) {
  const router = useRouter();
  const [destination, setDestination] = useState<Destination | null>(null);
  // The external system is the browser's navigation.
  useEffect(() => watchForLeaving(setDestination), []);

  function leave() {
    if (destination?.kind === "link") router.push(destination.href);
    // Allow the next navigation; the user confirmed it.
    if (destination?.kind === "history")
      leaveUnguarded(() => navigation.traverseTo(destination.key));
    return undefined;
  }

  if (!destination) return null;
  return (
    <ConfirmDialog
      title={`Leave without saving ${what}?`}
      confirmLabel="Leave"
      cancelLabel="Stay"
      danger
      onConfirm={leave}
      onClose={() => setDestination(null)}
    >
      What you typed would be lost.
    </ConfirmDialog>
  );
}

let passing = false;

function leaveUnguarded(go: () => void) {
  passing = true;
  go();
}

function watchForLeaving(onLeave: (destination: Destination) => void): () => void {
  const watching = new AbortController();
  const { signal } = watching;
  passing = false;
  window.addEventListener("beforeunload", (event) => event.preventDefault(), { signal });
  window.addEventListener(
    "click",
    (event) => {
      const href = linkTarget(event);
      if (href === null) return;
      event.preventDefault();
      event.stopPropagation();
      onLeave({ kind: "link", href });
    },
    // Runs before Next's own link handler.
    { signal, capture: true },
  );
  // Without the Navigation API, Back isn't intercepted.
  if ("navigation" in window) {
    navigation.addEventListener(
      "navigate",
      (event) => {
        if (passing || event.navigationType !== "traverse" || !event.cancelable) return;
        event.preventDefault();
        onLeave({ kind: "history", key: event.destination.key });
      },
      { signal },
    );
  }
  return () => watching.abort();
}

/** The URL of a plain click on a link to another page of the console. */
function linkTarget(event: MouseEvent): string | null {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) {
    return null;
  }
  const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
  if (!(link instanceof HTMLAnchorElement) || link.target === "_blank") return null;
  const url = new URL(link.href);
  if (url.origin !== location.origin || url.pathname === location.pathname) return null;
  return `${url.pathname}${url.search}${url.hash}`;
}
