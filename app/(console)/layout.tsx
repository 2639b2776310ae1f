import { type ReactNode, Suspense } from "react";
import { AppShell } from "@/components/shell/app-shell";
import { AwsUnavailableBanner, SetupBanner } from "@/components/shell/setup-banners";
import { requireActor, sessionRenewal } from "@/lib/auth/session";
import { explainAwsFailure } from "@/lib/aws/failures";
import { env } from "@/lib/env";
import { missingParts, readPlace } from "@/lib/setup/service";

/** The shell. It protects nothing: every page and route checks the user. */
export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const { name, role, subject } = await requireActor();
  const { ENV_NAME, AWS_REGION, CONSOLE_LABEL } = env();
  return (
    <AppShell
      environment={{ name: ENV_NAME, region: AWS_REGION, label: CONSOLE_LABEL }}
      actor={{ name, role }}
      session={{ subject, renewal: await sessionRenewal() }}
      banners={
        <Suspense>
          <Setup />
        </Suspense>
      }
    >
      {children}
    </AppShell>
  );
}

/** Streamed after the page, because it waits for AWS. */
async function Setup() {
  try {
    const missing = await missingParts();
    return missing.length > 0 && <SetupBanner missing={missing} place={await readPlace()} />;
  } catch (error) {
    const explained = explainAwsFailure(error);
    if (!explained) throw error;
    return <AwsUnavailableBanner message={explained.message} />;
  }
}
