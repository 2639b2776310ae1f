import { redirect } from "next/navigation";
import { pages } from "@/lib/paths";

/** The home page is the Models page, which checks for itself who asks. */
export default function Home() {
  redirect(pages.home());
}
