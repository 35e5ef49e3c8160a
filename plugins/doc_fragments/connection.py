# Copyright (c) 2026, the rollcall.collaborators contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connection options that every module has, and those of each service."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  validate_certs:
    description:
      - Whether the server's certificate must be valid. V(false) gives a warning.
    type: bool
    default: true
  ca_path:
    description:
      - File or directory with the certificates of trusted authorities, for a server whose certificate comes from a
        private one.
      - Without it the environment variables E(REQUESTS_CA_BUNDLE) and E(CURL_CA_BUNDLE) are honoured, then the bundle
        of C(requests).
      - In a directory, certificates are found by their hashes, as C(openssl rehash) makes them.
      - Not looked at for plain http, and where O(validate_certs=false).
    type: path
  allow_http:
    description:
      - Whether credentials may be sent unencrypted to an C(http://) address, through a proxy or not. Not needed for
        loopback addresses.
    type: bool
    default: false
  retries:
    description:
      - How many times a read is repeated while the service is throttling, in trouble or out of reach, with growing
        pauses.
      - A C(Retry-After) answer is honoured. Failed authentication is never repeated.
      - A write, where the module sends any, is repeated so when it certainly was not sent. It is sent once more when
        the service itself says that it failed, and a fresh listing shows that it is still needed. One whose answer was
        lost may still be carried out and is never repeated in the same run.
    type: int
    default: 4
  deadline:
    description:
      - Seconds after which the task sends nothing any more and fails. The result of a module that changes something
        then tells what was done and what was not attempted.
    type: float
    default: 1800
  requests_per_second:
    description:
      - The most requests to send in a second, for a service that publishes such a limit. None unless set.
      - Without it too, a service that throttles is asked more slowly from then on, by all workers together, and after
        half a minute faster again.
    type: float
    version_added: 1.0.0
requirements:
  - python >= 3.9
  - requests >= 2.31 (on the machine that runs Ansible, in Ansible's own Python)
notes:
  - Credentials are sent to the host of O(api_url) only. Redirects are errors, C(.netrc) is not used.
  - Proxies are taken from the environment (E(HTTPS_PROXY), E(NO_PROXY) and so on), on every system. Loopback addresses
    are reached directly, unless the proxy is on loopback, too.
"""

    QC = r"""
options:
  api_url:
    description:
      - Address of the API.
      - Taken from the environment variable E(QUANTCONNECT_API_URL) if it is not given here.
    type: str
    default: https://www.quantconnect.com/api/v2
  user_id:
    description:
      - Number of the account that makes the calls, as shown on the account page.
      - Needed here or in the environment variable E(QUANTCONNECT_USER_ID) or E(QC_USER_ID).
    type: str
  api_token:
    description:
      - API token of that account.
      - Needed here or in the environment variable E(QUANTCONNECT_API_TOKEN) or E(QC_API_TOKEN).
    type: str
  timeout:
    description:
      - Seconds to wait for an answer.
    type: float
    default: 30
notes:
  - A collaborator is named by the public profile name, as in C(quantconnect.com/u/NAME). E-mail addresses, addresses
    of profiles and numbers are not accepted, unless an account is listed so.
    A name that differs from a listed one in upper and lower case of A to Z only is the listed one. Any other name that
    only looks like a listed one is an error that shows it.
  - The clock of the machine that runs the module is part of the authentication.
"""

    QC_CHANGES = r"""
options: {}
notes:
  - QuantConnect sends an e-mail to a person on every add. The module therefore looks again before it repeats an add
    whose answer was lost.
  - The owner of a project cannot be added, changed or removed.
"""

    HTH = r"""
options:
  api_url:
    description:
      - Address of the server, with or without C(/api), such as C(https://helixteamhub.example.org).
      - Needed here or in the environment variable E(HTH_HOST).
    type: str
  company_key:
    description:
      - Company key, the scope of the calls.
      - Needed here or in the environment variable E(HTH_COMPANY_KEY).
    type: str
  account_key:
    description:
      - Account key of a project manager, a project admin or, best for automation, a company-admin bot.
      - Needed here or in the environment variable E(HTH_API_KEY).
    type: str
  timeout:
    description:
      - Seconds to wait for an answer.
    type: float
    default: 30
notes:
  - A collaborator is an account of the type collaborator. Roles of ordinary users and of groups are another matter and
    are neither told, compared nor changed.
  - Ids are exact, upper and lower case matter. An id that only looks like a listed one is an error that shows it.
  - Collaborators do not exist on servers with Helix (P4) authentication.
"""

    HTH_CHANGES = r"""
options: {}
notes:
  - The account has to exist as a collaborator of the company already. Nobody is invited.
"""

    QFIELD = r"""
options:
  api_url:
    description:
      - Address of the server, with or without C(/api/v1/).
      - Taken from the environment variable E(QFIELDCLOUD_URL) if it is not given here.
    type: str
    default: https://app.qfield.cloud/api/v1/
  token:
    description:
      - Token of an account that is owner, manager or admin of the project. Tokens expire after 30 days by default.
      - Give either O(token), or O(username) and O(password).
      - Taken from the environment variable E(QFIELDCLOUD_TOKEN) if it is not given here.
    type: str
  username:
    description:
      - Username or e-mail address to log in with, once for each task. The module never logs out, because that would
        end every session of the person, on phones too.
      - Taken from the environment variable E(QFIELDCLOUD_USERNAME) if it is not given here.
    type: str
  password:
    description:
      - Password to log in with.
      - Taken from the environment variable E(QFIELDCLOUD_PASSWORD) if it is not given here.
    type: str
  timeout:
    description:
      - Seconds to wait for an answer. Adding somebody to a project with hundreds of collaborators takes many seconds,
        listing hundreds of projects as well.
    type: float
    default: 300
notes:
  - A team is written C(@organization/team).
  - Names are exact, upper and lower case matter. E-mail addresses are not accepted. A name that only looks like a
    listed one is an error that shows it, and so is one with other characters than a username can have.
  - The owner of a project has no entry among its collaborators.
"""

    QFIELD_CHANGES = r"""
options: {}
notes:
  - A team can be added and is listed, but today's servers can neither change nor remove it over the API. Such a change
    fails with a message and is never reported as done.
  - Only direct access is compared. What somebody has as owner, through an organization or through a team is not
    touched. The owner and organizations cannot be added.
"""
