/**
 * Goal: what a Node team does, one flag and one variable, ends in ClickHouse as whole requests. Method: real applications,
 * CommonJS and ESM, started with `node --import @throughline/sdk/register` against one running product; what is compared is
 * what is stored. The applications are those of the SDK's own tests.
 */
import { describeBrowserPage } from "./sdk/browser-page.ts";
import { describeDoctor } from "./sdk/doctor.ts";
import { describeFrameworks } from "./sdk/frameworks.ts";
import { describeLevels } from "./sdk/levels.ts";
import { describeLoggers } from "./sdk/loggers.ts";
import { describeRequests } from "./sdk/requests.ts";
import { installRig } from "./sdk/rig.ts";
import { createRulesFile, describeRules } from "./sdk/rules.ts";
import { describeStores } from "./sdk/stores.ts";

const rulesFile = createRulesFile();
const rig = installRig(rulesFile.environment);

describeRequests(rig);
describeLoggers(rig);
describeFrameworks(rig);
describeStores(rig);
describeBrowserPage(rig);
describeDoctor(rig);
describeLevels(rig);
describeRules(rig, rulesFile);
