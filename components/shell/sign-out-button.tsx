"use client";

import LogOut from "lucide-react/icons/log-out";
import { useState } from "react";
import { IconButton } from "@/components/ui/icon-button";
import { showToast } from "@/components/ui/toast";
import { pages } from "@/lib/paths";
import { signOut } from "./session";

export function SignOutButton() {
  const [busy, setBusy] = useState(false);

  async function leave() {
    setBusy(true);
    try {
      await signOut();
      // A full load: nothing of the session stays in memory.
      window.location.assign(pages.signIn());
    } catch (error) {
      setBusy(false);
      const description = error instanceof Error ? error.message : undefined;
      showToast({ tone: "bad", title: "Not signed out", description });
    }
  }

  return (
    <IconButton
      label="Sign out"
      icon={<LogOut className="size-3.75" aria-hidden="true" />}
      busy={busy}
      onClick={leave}
    />
  );
}
