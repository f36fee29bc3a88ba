using System.Collections.Immutable;

namespace ActorCron.Core.Crontabs;

/// <summary>Tells a line of a system crontab that is read as a user's: the account in front of its command would be run as a program.</summary>
internal static class UserColumns
{
    private static readonly ImmutableHashSet<string> UsualAccounts =
    [
        "root", "www-data", "nobody", "daemon", "bin", "sys", "mail", "news", "uucp", "proxy", "backup", "list", "irc", "lp", "games", "man", "operator", "postgres", "mysql", "mariadb",
        "mongodb", "redis", "rabbitmq", "nginx", "apache", "apache2", "httpd", "http", "tomcat", "jenkins", "git", "gitlab", "ubuntu", "debian", "admin", "ec2-user", "centos", "fedora",
        "vagrant", "pi", "deploy", "munin", "nagios", "zabbix", "logcheck", "smmsp", "ntp", "sshd", "systemd-network", "_apt", "debian-exim", "postfix", "dovecot", "asterisk", "oracle",
    ];

    // Accounts that are programs as well: with a file behind them they are likely meant to run.
    private static readonly ImmutableHashSet<string> AlsoPrograms = ["mail", "man", "sync", "git", "backup", "at", "test", "apache2", "nginx", "httpd", "redis", "http", "list"];

    private static readonly ImmutableHashSet<string> UsualCommands =
    [
        "test", "[", "cd", "command", "if", "for", "while", "exec", "env", "nice", "ionice", "flock", "timeout", "run-parts", "sh", "bash", "dash", "zsh", "ksh", "python", "python2", "python3", "perl",
        "php", "ruby", "node", "java", "find", "rm", "cp", "mv", "mkdir", "touch", "echo", "printf", "cat", "tar", "rsync", "curl", "wget", "date", "sleep", "systemctl", "service", "logrotate",
        "certbot", "pg_dump", "mysqldump", "make", "git", "docker", "sudo", "umask", "export", "true", "false", "(", "{", "!",
    ];

    /// <summary>Whether a command begins with an account and goes on like a command.</summary>
    /// <param name="command">Of a line without a user column.</param>
    /// <param name="accounts">Those of this machine.</param>
    public static bool SeemsToBeIn(string command, ImmutableHashSet<string> accounts)
    {
        var words = command.Split([' ', '\t'], 3, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 2 || (!UsualAccounts.Contains(words[0]) && !accounts.Contains(words[0]))) return false;
        return words[0] == "root" || UsualCommands.Contains(words[1].TrimStart('(')) || (LooksLikeProgram(words[1]) && !AlsoPrograms.Contains(words[0]));
    }

    private static bool LooksLikeProgram(string word) => word[0] is '/' or '$' or '(' or '"' or '\'' || word.StartsWith("./", StringComparison.Ordinal) || word.StartsWith("~/", StringComparison.Ordinal)
        || (char.IsAsciiLetter(word[0]) && word.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals && word[..equals].All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
        || word.EndsWith(".sh", StringComparison.Ordinal) || word.EndsWith(".py", StringComparison.Ordinal);
}
