package dev.spillway.server.cli;

import dev.spillway.server.netsh.SecurityChange;
import dev.spillway.server.netsh.SetLine;
import dev.spillway.server.screen.ChangesScreen;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code spillway set security}. */
@Command(
        name = "security",
        header = "change the security settings",
        customSynopsis = {
            "  spillway set security [[mpp=]enabled|disabled|default] [[startport=]PORT [numberofports=]N]",
            "        [[profiles=]enabled|disabled|default] [[store=]persistent|active]",
            "        [port=FIRST-LAST] [family=ipv4|ipv6] [interface=NAME|ADDRESS|CIDR]",
            "        [profile=public|private|default] [ratelimit=enabled|disabled|default]",
            "        [mpp-dry-run=enabled|disabled|default] [OPTIONS]"
        },
        description = {
            "Changes what is named and nothing else, at once, for connections to come. Everything of a line is done or"
                    + " nothing; a line with a mistake is answered with all its mistakes and nothing is sent.",
            "",
            "  mpp=            Memory Pressure Protection as a whole; of one family with family=; on an",
            "                  interface with interface=; of a range with startport= or port=",
            "  startport=, numberofports=",
            "                  a range of ports, up to 65535: mpp=disabled exempts it, mpp=enabled or",
            "                  mpp=default takes the exemption away; while MPP is disabled as a whole",
            "                  it has no effect",
            "  port=           the same range as FIRST-LAST, or one port",
            "  profiles=       whether private and domain interfaces are spared both actions",
            "  profile=        what an interface is, with interface=; else a short form of profiles=",
            "  family=         ipv4 or ipv6: mpp= or the range is for that family only",
            "  interface=      the name of an interface, an address of one, or a CIDR",
            "  ratelimit=      the connection rate limit",
            "  mpp-dry-run=    whether MPP only records whom it would close or refuse, and touches nobody",
            "  store=          persistent, the default, survives a restart; active lasts until one",
            "",
            "Tags may stand in any order. A value without a tag goes to the first of mpp, startport, numberofports,"
                    + " profiles, store, in this order, that the line does not name. Tags and values may be cut short as"
                    + " long as it stays clear which is meant (mpp=en, prof=dis); case does not matter; there may be"
                    + " blanks around the equals sign. An optional \"netsh\", \"int tcp\" or \"interface tcp\" before the"
                    + " verb is passed over."
        },
        footer = {
            "  spillway set security mpp=disabled store=active",
            "  spillway set security startport=5000 numberofports=10 mpp=disabled",
            "  spillway netsh int tcp set security mpp=enable prof=dis",
            "  spillway set security interface=eth1 profile=private",
            "  spillway set security port=5000-5009 mpp=disabled family=ipv6"
        })
final class SetSecurityCommand extends AdminCommand {
    @Parameters(arity = "0..*", paramLabel = "TAG=VALUE", description = "What to change; see above.")
    private @Nullable List<String> words;

    @Mixin
    private final GenerationOption generation = new GenerationOption();

    SetSecurityCommand(Map<String, String> environment) {
        super(environment);
    }

    @Override
    void execute() throws Refusal {
        SecurityChange change = understood(SetLine.read(words(words)));
        Revision revision = new Revision("PATCH", Revision.SECURITY, body(change, "command"), generation.value());
        Revision.Done done = revision.on(client());
        print(ChangesScreen.lines(
                done.body(), done.before(), "store=" + change.store().label()));
    }

    /** The body of the request that asks for {@code change}. */
    static Map<String, Object> body(SecurityChange change, String origin) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("store", change.store().label());
        body.put("origin", origin);
        body.put("set", change.set());
        body.put("ports", change.ports().stream().map(SetSecurityCommand::ports).toList());
        return body;
    }

    private static Map<String, Object> ports(SecurityChange.Ports ports) {
        Map<String, Object> range = new LinkedHashMap<>();
        range.put("list", ports.list());
        range.put("first", ports.range().first());
        range.put("last", ports.range().last());
        range.put("mpp", ports.mpp());
        return range;
    }
}
