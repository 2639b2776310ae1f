import Link from "next/link";
import { Button } from "@/components/ui/form/button";
import { buttonClass } from "@/components/ui/form/button-class";
import type { FixAction } from "@/lib/findings/schema";
import type { useFix } from "./use-fix";

type Props = {
  action: FixAction;
  canWrite: boolean;
  repair: ReturnType<typeof useFix>;
  /** In lists: tells equal buttons apart for screen readers. */
  subject?: string;
};

/** The finding's fix: a link for everyone, a change for admins only. */
export function FindingAction({ action, canWrite, repair, subject }: Props) {
  const label = (
    <span className="truncate">
      {action.label}
      {subject && <span className="sr-only"> {subject}</span>}
    </span>
  );
  if ("href" in action) {
    return (
      <Link href={action.href} prefetch={false} className={buttonClass("secondary", "sm")}>
        {label}
      </Link>
    );
  }
  if (!canWrite) return null;
  return (
    <Button
      size="sm"
      busy={repair.isPending}
      className="max-w-full sm:max-w-72"
      onClick={() => repair.mutate(action)}
    >
      {label}
    </Button>
  );
}
