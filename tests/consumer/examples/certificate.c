#include <firesieve/firesieve.h>

int main(int argc, char **argv)
{
    firesieve_firewall *firewall = NULL;
    firesieve_search_result result;
    firesieve_certificate *certificate = NULL;
    firesieve_certificate_report report;
    firesieve_error error = {.message = "usage: certificate FIREWALL PROOF"};
    if (argc != 3 || firesieve_firewall_open(argv[1], &firewall, &error) != FIRESIEVE_OK ||
        firesieve_solve(firewall, NULL, &result, &error) != FIRESIEVE_OK ||
        firesieve_certify(firewall, NULL, &result, &certificate, &error) != FIRESIEVE_OK ||
        firesieve_certificate_save(certificate, argv[2], &error) != FIRESIEVE_OK ||
        firesieve_certificate_check(firewall, certificate, NULL, &report, &error) != FIRESIEVE_OK) {
        fprintf(stderr, "%s\n", error.message);
    } else {
        printf("%s: %s\n", firesieve_claim_name(report.claim),
               report.verdict == FIRESIEVE_ACCEPTED ? "accepted" : report.message);
    }
    firesieve_certificate_free(certificate);
    firesieve_firewall_free(firewall);
}
