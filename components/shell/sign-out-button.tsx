"use client";

import LogOut from "lucide-react/icons/log-out";
import { useState } from "react";
import { IconButton } from "@/components/ui/form/icon-button";
import { leaveConsole } from "./leave-console";

export function SignOutButton() {
  const [busy, setBusy] = useState(false);

  async function leave() {
    setBusy(true);
    await leaveConsole();
    setBusy(false);
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
