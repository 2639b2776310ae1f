import type { ReactNode } from "react";
import { AppShell } from "@/components/shell/app-shell";
import { requireActor } from "@/lib/auth/actor";
import { env } from "@/lib/env";

/** The shell. It only says who is signed in: every page and route protects itself. */
export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const { name, role } = await requireActor();
  const { ENV_NAME, AWS_REGION, CONSOLE_LABEL } = env();
  return (
    <AppShell
      environment={{ name: ENV_NAME, region: AWS_REGION, label: CONSOLE_LABEL }}
      actor={{ name, role }}
    >
      {children}
    </AppShell>
  );
}
