import type { Metadata } from "next";
import { Brand } from "@/components/shell/brand";
import { SignInForm } from "@/components/shell/sign-in-form";
import { env } from "@/lib/env";
import { pages, sameOriginPath } from "@/lib/paths";

export const metadata: Metadata = { title: "Sign in" };

type SearchParams = Promise<Record<string, string | string[] | undefined>>;

export default async function SignInPage({ searchParams }: { searchParams: SearchParams }) {
  const { callbackUrl } = await searchParams;
  const wanted = typeof callbackUrl === "string" ? callbackUrl : null;
  const { ENV_NAME, AWS_REGION, CONSOLE_LABEL } = env();
  return (
    <main className="grid min-h-dvh place-items-center px-4 py-10">
      <div className="w-full max-w-85 rounded-lg border border-line bg-panel px-6 py-6">
        <Brand />
        <h1 className="mt-5 text-xl font-semibold tracking-[-0.012em]">Sign in</h1>
        <p className="mt-0.5 mb-5 text-ink-3">
          {ENV_NAME} · {AWS_REGION} · {CONSOLE_LABEL}
        </p>
        <SignInForm next={sameOriginPath(wanted) ?? pages.home()} />
      </div>
    </main>
  );
}
